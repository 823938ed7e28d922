import { type ComponentChild, render } from 'preact';
import type { Host } from './host';

/** What a page is made of: its model, how a notification changes it, and how it is drawn. */
export interface PageParts<Model, Notification> {
  first: Model;
  applied(model: Model, notification: Notification): Model;
  view(model: Model): ComponentChild;
  /** Called with each new model before it is drawn: to keep what a reload needs, or to ask for what is missing. */
  onChange?(model: Model, before: Model): void;
  /**
   * Loads what a notification cannot be drawn without: it waits for that, and what comes after it waits with it.
   * @returns undefined when nothing is missing
   */
  load?(notification: Notification): Promise<void> | undefined;
  /** Begins to load, once the page is drawn, what it will not be drawn without later. */
  preload?(): void;
}

/** Draws a page now and after each burst of notifications, and tells its host that it listens. */
export function startPage<Model, Notification>(
  host: Pick<Host<{ type: 'ready' }, Notification, never>, 'listen' | 'post'>,
  { first, applied, view, onChange, load, preload }: PageParts<Model, Notification>,
): void {
  const root = document.getElementById('root');
  if (!root) throw new Error('The page has no root.');
  let model = first;
  const draw = () => render(view(model), root);
  const apply = (notifications: readonly Notification[]) => {
    if (notifications.length === 0) return;
    const before = model;
    model = notifications.reduce(applied, before);
    onChange?.(model, before);
    draw();
  };
  const waiting: Notification[] = [];
  let isLoading = false;
  const take = () => {
    if (isLoading) return;
    const held = waiting.findIndex((one) => load?.(one) !== undefined);
    const next = waiting[held];
    apply(waiting.splice(0, next ? held : waiting.length));
    if (next) {
      isLoading = true;
      root.setAttribute('aria-busy', 'true');
      void load?.(next)?.finally(() => {
        isLoading = false;
        root.removeAttribute('aria-busy');
        take();
      });
    }
  };
  host.listen((notifications) => {
    waiting.push(...notifications);
    take();
  });
  draw();
  host.post({ type: 'ready' });
  // A frame later: what is loaded now would be run before the page is painted.
  if (preload) requestAnimationFrame(() => setTimeout(preload, 0));
}
