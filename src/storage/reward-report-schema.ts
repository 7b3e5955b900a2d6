/** A reward model's report as it stands in a run file. What is read must be exactly what the contract calls it. */
import * as v from 'valibot';
import { Count, Quantity } from './json-entries';

const Share = v.object({ share: Quantity, low: Quantity, high: Quantity, n: Count });
const Bin = v.object({ ...Share.entries, from: Quantity, to: Quantity, expected: Quantity });

export const Report = v.object({
  step: Count,
  accuracy: Share,
  unseenAccuracy: v.exactOptional(Share),
  ceiling: v.exactOptional(Quantity),
  nll: Quantity,
  brier: Quantity,
  ece: Quantity,
  bins: v.array(Bin),
  temperature: v.exactOptional(v.object({ temperature: Quantity, before: Quantity, after: Quantity, n: Count })),
  length: v.object({ shorter: v.exactOptional(Share), longer: v.exactOptional(Share), equal: v.exactOptional(Share), reward: v.exactOptional(Quantity), gold: v.exactOptional(Quantity) }),
  position: v.object({ chosen: Share, preferred: Share }),
  disagreement: v.exactOptional(Quantity),
  sections: v.array(v.object({ id: v.string(), title: v.string(), says: v.string(), accuracy: Share })),
  ties: v.exactOptional(v.object({ groups: Count, tied: Share, reference: Share, score: Quantity })),
});
