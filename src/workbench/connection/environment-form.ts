import * as vscode from 'vscode';
import { embeddedId, type Profile, serverInfo } from './profile';

type Place = vscode.QuickPickItem & Pick<Profile, 'url' | 'project'>;

/**
 * Asks for an environment: its name, the server it is on, what the server calls it, and whether it is production.
 * @returns a profile that is not saved yet.
 * @throws CancellationError when the person leaves.
 */
export async function askEnvironment(profiles: readonly Profile[]): Promise<Profile> {
  const title = 'Add an environment';
  const label = await ask({
    title,
    prompt: 'Its name, as you want to see it',
    placeHolder: 'Production',
    validateInput: (text) => nameProblem(text, profiles),
  });
  const { url, project } = await pick(places(profiles), `${title}: on which server?`);
  const environment = await ask({
    title,
    prompt: 'What the server calls it: each environment of a project has agents of its own there',
    value: slug(label),
    validateInput: (text) =>
      /^[\w.-]{1,64}$/.test(text.trim()) ? undefined : 'Letters, digits, ".", "_" and "-", at most 64.',
  });
  const { production } = await pick(
    [
      { label: 'No', description: 'deploys as it is', production: false },
      { label: 'Yes', description: 'its name is typed before each deployment', production: true },
    ],
    `${title}: is ${label} production?`,
  );
  return {
    id: freeId(slug(label), profiles),
    label,
    url,
    environment,
    ...(project ? { project } : {}),
    ...(production ? { production } : {}),
  };
}

/** Each server once, the embedded runtime first. */
function places(profiles: readonly Profile[]): Place[] {
  const found = new Map<string, Place>([
    [embeddedId, { label: 'Embedded runtime', description: 'on this machine', url: embeddedId }],
  ]);
  for (const profile of profiles) {
    const { embedded, origin, label, project } = serverInfo(profile, '');
    const key = `${origin}#${project ?? ''}`;
    if (!embedded && !found.has(key)) {
      const shared = { label, description: origin, url: profile.url };
      found.set(key, project ? { ...shared, project } : shared);
    }
  }
  return [...found.values()];
}

/** The label is what is typed to confirm, so no two may be the same. */
function nameProblem(text: string, profiles: readonly Profile[]): string | undefined {
  const name = text.trim();
  if (name === '') return 'Give it a name.';
  if (name.length > 64) return 'At most 64 characters.';
  return profiles.some(({ label }) => label.toLowerCase() === name.toLowerCase())
    ? `There is a "${name}" already.`
    : undefined;
}

function slug(label: string): string {
  return label
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

function freeId(wanted: string, profiles: readonly Profile[]): string {
  const taken = new Set([embeddedId, ...profiles.map(({ id }) => id)]);
  const base = wanted || 'environment';
  let id = base;
  for (let count = 2; taken.has(id); count++) id = `${base}-${count}`;
  return id;
}

async function ask(options: vscode.InputBoxOptions): Promise<string> {
  const text = await vscode.window.showInputBox({ ...options, ignoreFocusOut: true });
  if (text === undefined) throw new vscode.CancellationError();
  return text.trim();
}

async function pick<T extends vscode.QuickPickItem>(items: readonly T[], title: string): Promise<T> {
  const picked = await vscode.window.showQuickPick(items, { title });
  if (!picked) throw new vscode.CancellationError();
  return picked;
}
