import { Handles, Source } from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { AgentStep, DebugRecording } from '../../protocol';
import type { AdapterHost } from './host';
import type { Program } from './program';

/** A text that stands in for a file. */
interface Virtual {
  /** As points and breakpoints name it. */
  file: string;
  text: string;
  mimeType: string;
}

/** A line of what the editor shows. */
export interface SourceLine {
  source: DebugProtocol.Source;
  line: number;
}

/** What the editor shows for the places of a session: files of the workspace, and texts where there is none. */
export class Sources {
  readonly #virtual = new Handles<Virtual>();
  readonly #known = new Map<string, Source>();
  readonly #texts = new Map<string, { text: string; hash: string }>();

  constructor(
    private readonly host: AdapterHost,
    private program: Program,
    recording: DebugRecording | undefined,
    /** Why nothing can be stopped at on a line; undefined where something can. */
    readonly withoutLines: string | undefined,
  ) {
    this.take(recording?.sources ?? []);
  }

  /** The session's skills as they ran. */
  take(sources: DebugRecording['sources']): void {
    for (const { path, text, hash } of sources) {
      if (this.#texts.get(path)?.hash === hash) continue;
      this.#texts.set(path, { text, hash });
      this.#known.delete(path);
    }
  }

  /** @param file path of a skill, or `block:<step_index>` */
  of(file: string): Source | undefined {
    const known = this.#known.get(file);
    if (known) return known;
    const made = file.startsWith('block:') ? this.#block(Number(file.slice(6))) : this.#skill(file);
    if (made) this.#known.set(file, made);
    return made;
  }

  /** A step's own text, for what is no script. */
  ofStep(step: AgentStep): Source {
    const key = `step:${step.step_index}`;
    const known = this.#known.get(key);
    if (known) return known;
    const names: Record<string, string> = {
      message: 'Message',
      sandbox_event: 'Text',
      execute_js_result: 'Result',
      data_update: 'Data',
      response: 'Answer',
      error: 'Error',
    };
    const name = `${names[step.step_type] ?? step.step_type} (step ${step.step_index}).md`;
    const made = this.#text(key, name, step.content, 'text/markdown');
    this.#known.set(key, made);
    return made;
  }

  /** A value's text. */
  ofText(name: string, text: string): Source {
    return this.#text(`text:${name}`, `${name}.md`, text, 'text/markdown');
  }

  /** @returns the text behind a reference. */
  content(reference: number): DebugProtocol.SourceResponse['body'] | undefined {
    const found = this.#virtual.get(reference);
    return found && { content: found.text, mimeType: found.mimeType };
  }

  /** @returns the text that ran under a name that points have; undefined where it is not known. */
  textOf(file: string): string | undefined {
    if (file.startsWith('block:')) return this.program.steps[Number(file.slice(6))]?.content;
    return this.#texts.get(file)?.text;
  }

  /** @returns how points name a source, with its text as it ran; undefined for one that is not the session's. */
  fileOf(source: DebugProtocol.Source): { file: string; text: string | undefined } | undefined {
    if (source.sourceReference) {
      const found = this.#virtual.get(source.sourceReference);
      return found && { file: found.file, text: found.text };
    }
    const file = source.path === undefined ? undefined : this.host.pathOf(source.path);
    return file === undefined ? undefined : { file, text: this.textOf(file) };
  }

  #block(index: number): Source | undefined {
    const step = this.program.steps[index];
    const name = `Block (step ${index}).js`;
    return step && this.#text(`block:${index}`, name, step.content, 'text/javascript');
  }

  #skill(path: string): Source | undefined {
    const ran = this.#texts.get(path);
    const file = this.host.fileOf(this.program.trace.session, path, ran?.hash);
    const name = path.split('/').slice(-2).join('/');
    if (file) return new Source(name, file.path);
    return ran && this.#text(path, `${name} (as it ran)`, ran.text, 'text/javascript');
  }

  #text(file: string, name: string, text: string, mimeType: string): Source {
    const reference = this.#virtual.create({ file, text, mimeType });
    const made = new Source(name, name, reference, file === name ? '' : 'of the session');
    return made;
  }
}
