/** German. */
import type { Words } from '../language';
import { alarms } from './alarms';
import { algorithms } from './algorithms';
import { charts } from './charts';
import { classBoard } from './class';
import { comparison } from './comparison';
import { data } from './data';
import { experiments } from './experiments';
import { failures } from './failures';
import { filter } from './filter';
import { incoming } from './incoming';
import { keys } from './keys';
import { knobs } from './knobs';
import { lab } from './lab';
import { label } from './label';
import { lessons } from './lessons';
import { metrics } from './metrics';
import { model } from './model';
import { page } from './page';
import { present } from './present';
import { recipes } from './recipes';
import { reward } from './reward';
import { rows } from './rows';
import { runs } from './runs';
import { samples } from './samples';
import { setup } from './setup';
import { site } from './site';
import { studies } from './studies';
import { tasks } from './tasks';
import { transport } from './transport';
import { worksheet } from './worksheet';

export const de: Words = {
  alarms,
  algorithms,
  charts,
  classBoard,
  comparison,
  data,
  experiments,
  failures,
  filter,
  incoming,
  keys,
  knobs,
  lab,
  label,
  lessons,
  metrics,
  model,
  page,
  present,
  recipes,
  reward,
  rows,
  runs,
  samples,
  setup,
  site,
  studies,
  tasks,
  transport,
  worksheet,
};
