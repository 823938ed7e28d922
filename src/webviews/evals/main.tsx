import '../ui/base.css';
import '../ui/column.css';
import '../ui/verdict.css';
import './evals.css';
import './chart.css';
import './tables.css';
import { Host } from '../ui/host';
import { startPage } from '../ui/page';
import { App } from './app';
import type { EvalsKept, EvalsNotification, EvalsRequest } from './messages';
import { applied, type EvalsHost, emptyModel } from './model';

const host: EvalsHost = new Host<EvalsRequest, EvalsNotification, EvalsKept>();

startPage(host, {
  first: emptyModel,
  applied,
  view: (model) => <App host={host} model={model} />,
  onChange: ({ state }) => {
    if (state?.agent) host.keep({ agent: state.agent });
  },
});
