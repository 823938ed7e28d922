import '../ui/base.css';
import '../ui/column.css';
import '../ui/verdict.css';
import './gate.css';
import { Host } from '../ui/host';
import { startPage } from '../ui/page';
import { App } from './app';
import type { GateNotification, GateRequest } from './messages';
import { applied, type GateHost } from './model';

const host: GateHost = new Host<GateRequest, GateNotification, never>();

startPage(host, {
  first: { state: undefined },
  applied,
  view: ({ state }) => <App host={host} state={state} />,
});
