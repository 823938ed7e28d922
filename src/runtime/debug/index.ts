export { Debugger, mostPoints } from './debugger';
export { Debuggers } from './debuggers';
export { evaluateAt, type Moment } from './evaluate';
export { RunDebug } from './run-debug';
