/** English, from which the other languages take their keys: one file an area of the page, one line here. */
import { alarms } from './alarms';
import { algorithms } from './algorithms';
import { charts } from './charts';
import { classBoard } from './class';
import { comparison } from './comparison';
import { data } from './data';
import { details } from './details';
import { energy } from './energy';
import { experiments } from './experiments';
import { failures } from './failures';
import { filter } from './filter';
import { firstVisit } from './first-visit';
import { handout } from './handout';
import { incoming } from './incoming';
import { keys } from './keys';
import { knobs } from './knobs';
import { lab } from './lab';
import { label } from './label';
import { lessonFiles } from './lesson-files';
import { lessons } from './lessons';
import { metrics } from './metrics';
import { model } from './model';
import { page } from './page';
import { present } from './present';
import { recipes } from './recipes';
import { reports } from './reports';
import { reward } from './reward';
import { rows } from './rows';
import { runs } from './runs';
import { samples } from './samples';
import { setup } from './setup';
import { site } from './site';
import { step } from './step';
import { studies } from './studies';
import { tasks } from './tasks';
import { transport } from './transport';
import { worksheet } from './worksheet';

export const en = {
  alarms,
  algorithms,
  charts,
  classBoard,
  comparison,
  data,
  details,
  energy,
  experiments,
  failures,
  filter,
  firstVisit,
  handout,
  incoming,
  keys,
  knobs,
  lab,
  label,
  lessonFiles,
  lessons,
  metrics,
  model,
  page,
  present,
  recipes,
  reports,
  reward,
  rows,
  runs,
  samples,
  setup,
  site,
  step,
  studies,
  tasks,
  transport,
  worksheet,
};
