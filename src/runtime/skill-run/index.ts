export { type SkillRunServices, SkillRuns } from './skill-runs';
