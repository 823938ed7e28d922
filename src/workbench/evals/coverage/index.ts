export { type CoveredRun, RunCoverage } from './coverage';
export { SkillCoverage } from './skill-coverage';
