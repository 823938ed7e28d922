import '../ui/base.css';
import '../ui/content.css';
import '../ui/question.css';
import '../ui/text-diff.css';
import './studio.css';
import './steps.css';
import './detail.css';
import './find.css';
import './fix-check.css';
import { Host } from '../ui/host';
import { startPage } from '../ui/page';
import { followLinks, loadRichText } from '../ui/rich-text';
import { App } from './app';
import type { StudioKept, StudioNotification, StudioRequest } from './messages';
import { applied, emptyModel, type StudioHost } from './model';

const host: StudioHost = new Host<StudioRequest, StudioNotification, StudioKept>();

followLinks((href) => host.post({ type: 'link', href }));
startPage(host, {
  first: emptyModel,
  applied,
  view: (model) => <App host={host} model={model} />,
  preload: loadRichText,
  load: loadRichText,
  onChange: ({ missed, session, replay }, before) => {
    if (missed && !before.missed) host.post({ type: 'whole' });
    if (session) host.keep({ sessionId: session.id, replayId: replay?.id });
  },
});
