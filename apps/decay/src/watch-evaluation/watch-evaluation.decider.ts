import type { EventData } from '@loam/contracts/define';
import { accept, type Decider } from '@loam/kernel';
import {
  EvaluationObserved,
  evolveVitals,
  unknownItem,
  type Vitals,
  type VitalsEvent,
} from '../vitals.stream';

/** Of a version only the latest judgement counts. */
export const watchEvaluation: Decider<EventData<typeof EvaluationObserved>, Vitals, VitalsEvent, never> = {
  initial: unknownItem,
  evolve: evolveVitals,
  decide: (judged, { versions }) =>
    Date.parse(judged.at) <= Date.parse(versions.get(judged.version)?.evaluatedAt ?? '1970-01-01')
      ? accept()
      : accept({ type: EvaluationObserved.name, data: judged }),
};
