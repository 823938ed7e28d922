export {
  type Addition,
  freeEvalName,
  newAgent,
  newEval,
  newSkill,
  type SkillForm,
  takenEvalNames,
} from './add';
export { type Extraction, extractSection } from './extract';
export { addCapability, addSecretReference, missingCapabilities } from './grant';
export {
  type Suggestion,
  suggestedEval,
  suggestedPersona,
  suggestedSkills,
  withoutSchedules,
} from './suggestion';
