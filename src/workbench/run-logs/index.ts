export { RunLogs } from './run-logs';
