import { oneLine } from '../ui/format';
import { Icon, IconButton } from '../ui/icon';
import type { AttachmentChip, ChatState } from './messages';
import type { ChatHost } from './model';

/** What goes along with the next message. */
export function Attached({ host, attachments }: { host: ChatHost; attachments: readonly AttachmentChip[] }) {
  if (attachments.length === 0) {
    return null;
  }
  return (
    <ul class="chips" aria-label="Attached">
      {attachments.map(({ id, label, detail }) => (
        <li class="chip" key={id} title={[label, detail].filter(Boolean).join(', ')}>
          <Icon name="file" />
          <span class="chip-text">
            {label.slice(label.lastIndexOf('/') + 1)}
            {detail && `, ${detail}`}
          </span>
          <IconButton
            name="close"
            label={`Detach ${label}`}
            onClick={() => host.post({ type: 'detach', id })}
          />
        </li>
      ))}
    </ul>
  );
}

/** The messages that are sent when the run has ended, first the first. */
export function Waiting({
  host,
  state: { queue, busy },
  onSendNow,
}: {
  host: ChatHost;
  state: ChatState;
  onSendNow: () => void;
}) {
  if (queue.length === 0) {
    return null;
  }
  return (
    <ol class="queue" aria-label="Waiting to be sent">
      {queue.map((text, index) => (
        <li class="queued" key={index} title={text}>
          <Icon name="clock" />
          <span class="chip-text">{oneLine(text)}</span>
          {index === 0 && busy === 'no' && <IconButton name="send" label="Send it now" onClick={onSendNow} />}
          <IconButton
            name="edit"
            label="Take it back into the box"
            onClick={() => host.post({ type: 'unqueue', index, text })}
          />
        </li>
      ))}
    </ol>
  );
}
