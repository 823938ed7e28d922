export { type Addition, newAgent, newEval, newSkill, type SkillForm } from './add';
export { type Extraction, extractSection } from './extract';
export { addCapability, addSecretReference, missingCapabilities } from './grant';
export { type Suggestion, suggestedEval, suggestedPersona, withoutSchedules } from './suggestion';
