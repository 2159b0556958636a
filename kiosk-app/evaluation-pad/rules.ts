/** What the hall's rules and the machine's profile say about asking, in the flow's own units. */
import type { Directory, EvaluationRules as HallRules } from '../../broker-config/messages.ts';

export interface EvaluationRules {
  /** The question closes after this as "not evaluated", ms. */
  inviteMs: number;
  /** So long the thank-you offers to take the evaluation back, ms. 0: never. */
  undoMs: number;
  /** Labels and words are waited for so long after the last touch, ms. */
  detailsMs: number;
  textMax: number;
  labelsMax: number;
  /** In the order shown. */
  labels: HallRules['labels'];
}

/** Of a hall that tells none yet: the pad can ask, without labels. */
const untold: HallRules = {
  inviteS: 60,
  undoS: 5,
  textMax: 150,
  labelsMax: 8,
  labels: [],
  followUp: false,
};

/** `detailsS`: from the machine profile. */
export function rulesOf(directory: Directory | null, detailsS: number): EvaluationRules {
  const { inviteS, undoS, textMax, labelsMax, labels } = directory?.evaluation ?? untold;
  return {
    inviteMs: inviteS * 1000,
    undoMs: undoS * 1000,
    detailsMs: detailsS * 1000,
    textMax,
    labelsMax,
    labels,
  };
}
