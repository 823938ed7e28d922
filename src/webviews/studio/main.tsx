import '../ui/base.css';
import '../ui/content.css';
import '../ui/question.css';
import './studio.css';
import './steps.css';
import './detail.css';
import './find.css';
import './fix-check.css';
import { render } from 'preact';
import { Host } from '../ui/host';
import { followLinks } from '../ui/rich-text';
import { App } from './app';
import type { StudioKept, StudioNotification, StudioRequest } from './messages';
import { applied, emptyModel, type StudioHost } from './model';

const host: StudioHost = new Host<StudioRequest, StudioNotification, StudioKept>();
const root = document.getElementById('root');
let model = emptyModel;

function draw(): void {
  if (root) {
    render(<App host={host} model={model} />, root);
  }
}

host.listen((notifications) => {
  model = notifications.reduce(applied, model);
  const { session, replay } = model;
  if (session) {
    host.keep({ sessionId: session.id, replayId: replay?.id });
  }
  draw();
});
followLinks((href) => host.post({ type: 'link', href }));
draw();
host.post({ type: 'ready' });
