import * as vscode from 'vscode';
import type { AttachmentChip } from '../../webviews/chat/messages';
import { PoliteError } from '../shared/errors';
import { fenced } from '../shared/fence';

/** Most bytes of one attachment: more than that is a document for an index, not a message. */
const mostBytes = 64 * 1024;

interface Attachment extends AttachmentChip {
  text: string;
  language: string;
}

/** What goes along with the next message: files, and parts of files. */
export class Attachments {
  private list: Attachment[] = [];
  private last = 0;

  constructor(private readonly onChange: () => void) {}

  get chips(): AttachmentChip[] {
    return this.list.map(({ id, label, detail }) => ({ id, label, detail }));
  }

  /** Adds what is selected in an editor, or the whole of its file. */
  addEditor({ document, selection }: vscode.TextEditor): void {
    const path = vscode.workspace.asRelativePath(document.uri, false);
    const [from, to] = [selection.start.line + 1, selection.end.line + 1];
    const lines = from === to ? `line ${from}` : `lines ${from}–${to}`;
    const text = document.getText(selection.isEmpty ? undefined : selection);
    this.add(path, selection.isEmpty ? '' : lines, text, document.languageId);
  }

  /** Adds a file, as its editor has it where it is open. @throws PoliteError for one that is too large or not text. */
  async addFile(uri: vscode.Uri): Promise<void> {
    const path = vscode.workspace.asRelativePath(uri, false);
    const document = await documentOf(uri);
    if (document) {
      return this.add(path, '', document.getText(), document.languageId);
    }
    const { size } = await vscode.workspace.fs.stat(uri);
    refuseLarge(path, size);
    const bytes = await vscode.workspace.fs.readFile(uri);
    if (bytes.includes(0)) {
      throw new PoliteError(`${path} is not text, so it cannot be a part of a message.`);
    }
    this.add(path, '', new TextDecoder().decode(bytes), '');
  }

  remove(id: number): void {
    this.list = this.list.filter((one) => one.id !== id);
    this.onChange();
  }

  /** Takes everything away. @returns the message with the attachments below it, each in a fence of its own. */
  take(message: string): string {
    const parts = this.list.map(({ label, detail, text, language }) => {
      return `\`${label}\`${detail && `, ${detail}`}:\n\n${fenced(text.replace(/\n$/, ''), language)}`;
    });
    this.list = [];
    return [message, ...parts].join('\n\n');
  }

  private add(label: string, detail: string, text: string, language: string): void {
    refuseLarge(label, Buffer.byteLength(text));
    this.last += 1;
    this.list.push({ id: this.last, label, detail, text, language });
    this.onChange();
  }
}

/** @returns what is open, or has no file that could be read: an untitled text, a side of a comparison */
async function documentOf(uri: vscode.Uri): Promise<vscode.TextDocument | undefined> {
  const open = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());
  const isFile = vscode.workspace.fs.isWritableFileSystem(uri.scheme) !== undefined;
  return open ?? (isFile ? undefined : await vscode.workspace.openTextDocument(uri));
}

function refuseLarge(path: string, bytes: number): void {
  if (bytes > mostBytes) {
    throw new PoliteError(
      `${path} has ${Math.ceil(bytes / 1024)} kB; a message takes attachments of at most ${mostBytes / 1024} kB. Select a part of it.`,
    );
  }
}
