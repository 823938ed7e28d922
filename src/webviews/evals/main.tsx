import '../ui/base.css';
import './evals.css';
import './chart.css';
import './tables.css';
import { render } from 'preact';
import { Host } from '../ui/host';
import { App } from './app';
import type { EvalsKept, EvalsNotification, EvalsRequest } from './messages';
import { applied, type EvalsHost, emptyModel } from './model';

const host: EvalsHost = new Host<EvalsRequest, EvalsNotification, EvalsKept>();
const root = document.getElementById('root');
let model = emptyModel;

function draw(): void {
  if (root) {
    render(<App host={host} model={model} />, root);
  }
}

host.listen((notifications) => {
  model = notifications.reduce(applied, model);
  if (model.state?.agent) {
    host.keep({ agent: model.state.agent });
  }
  draw();
});
draw();
host.post({ type: 'ready' });
