import {
  BreakpointEvent,
  DebugSession,
  InitializedEvent,
  OutputEvent,
  StoppedEvent,
  TerminatedEvent,
  Thread,
} from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { Breakpoints, type Hit } from './breakpoints';
import { capabilities } from './capabilities';
import { evaluate } from './evaluate';
import { Frames } from './frames';
import type { AdapterHost, DebugConfig } from './host';
import type { Moment } from './program';
import { replayFrom } from './restart';
import { type Move, Runner } from './runner';
import type { SourceLine } from './sources';
import { Values } from './values';

/** An agent runs one thing at a time. */
const thread = 1;
/** Why a program stands still, in the protocol's words. */
const reasons: Record<string, string> = { end: 'end of the run', input: 'input request' };

type Response = DebugProtocol.Response;

/** VS Code's debugger for agents: the protocol on one side, a session of a Tavora server on the other. */
export class AgentDebugSession extends DebugSession {
  readonly #values = new Values();
  readonly #breakpoints: Breakpoints;
  readonly #runner: Runner;
  #frames: Frames | undefined;
  #configured: () => void = () => undefined;
  readonly #configuration = new Promise<void>((resolve) => {
    this.#configured = resolve;
  });
  #last: Hit | undefined;
  #ended = false;
  #over: (left: Promise<void>) => void = () => undefined;
  /** Settles once it has ended, and at the server what it had begun there. Never rejects. */
  readonly over = new Promise<void>((resolve) => {
    this.#over = resolve;
  });

  constructor(private readonly host: AdapterHost) {
    super();
    this.setDebuggerLinesStartAt1(true);
    this.setDebuggerColumnsStartAt1(true);
    this.#breakpoints = new Breakpoints(host);
    this.#runner = new Runner(host, this.#breakpoints, {
      stopped: (hit) => this.#stopped(hit),
      ended: (message) => this.#end(message),
      say: (text, kind, where) => this.#say(text, kind, where),
      reloaded: () => this.#reloaded(),
      checked: (changed) => {
        for (const one of changed) this.sendEvent(new BreakpointEvent('changed', one as never));
      },
    });
  }

  /** True while it holds on to a session of the server that runs, or may run again. */
  get isLive(): boolean {
    return !this.#ended && this.#runner.isLive;
  }

  /** True once there is nothing more to see of it. */
  get hasEnded(): boolean {
    return this.#ended;
  }

  /** Ends it, with what it had begun. @param why a sentence for the person. Settles as `over` does. */
  async end(why: string): Promise<void> {
    this.#end(why);
    await this.over;
  }

  protected override initializeRequest(response: DebugProtocol.InitializeResponse): void {
    response.body = capabilities;
    this.sendResponse(response);
    this.sendEvent(new InitializedEvent());
  }

  protected override configurationDoneRequest(
    response: DebugProtocol.ConfigurationDoneResponse,
    args: DebugProtocol.ConfigurationDoneArguments,
  ): void {
    super.configurationDoneRequest(response, args);
    this.#configured();
  }

  protected override launchRequest(
    response: DebugProtocol.LaunchResponse,
    args: DebugProtocol.LaunchRequestArguments,
  ): void {
    this.#answer(response, () => this.#launch({ ...(args as Partial<DebugConfig>), request: 'launch' }));
  }

  protected override attachRequest(
    response: DebugProtocol.AttachResponse,
    args: DebugProtocol.AttachRequestArguments,
  ): void {
    this.#answer(response, () => this.#launch({ ...(args as Partial<DebugConfig>), request: 'attach' }));
  }

  protected override setBreakPointsRequest(
    response: DebugProtocol.SetBreakpointsResponse,
    args: DebugProtocol.SetBreakpointsArguments,
  ): void {
    this.#answer(response, async () => {
      response.body = { breakpoints: this.#breakpoints.setLines(args, this.#runner.sources) };
      await this.#runner.breakpointsChanged();
    });
  }

  protected override setFunctionBreakPointsRequest(
    response: DebugProtocol.SetFunctionBreakpointsResponse,
    args: DebugProtocol.SetFunctionBreakpointsArguments,
  ): void {
    this.#answer(response, async () => {
      response.body = { breakpoints: this.#breakpoints.setFunctions(args.breakpoints) };
      await this.#runner.breakpointsChanged();
    });
  }

  protected override setExceptionBreakPointsRequest(
    response: DebugProtocol.SetExceptionBreakpointsResponse,
    args: DebugProtocol.SetExceptionBreakpointsArguments,
  ): void {
    this.#answer(response, async () => {
      this.#breakpoints.setFilters(args);
      await this.#runner.breakpointsChanged();
    });
  }

  protected override threadsRequest(response: DebugProtocol.ThreadsResponse): void {
    const title = this.#runner.program?.trace.session.title || 'Agent';
    response.body = { threads: [new Thread(thread, title)] };
    this.sendResponse(response);
  }

  protected override stackTraceRequest(
    response: DebugProtocol.StackTraceResponse,
    { startFrame = 0, levels = 0 }: DebugProtocol.StackTraceArguments,
  ): void {
    const { moment } = this.#runner;
    const all = moment ? (this.#frames?.stack(moment) ?? []) : [];
    const stackFrames = all.slice(startFrame, levels > 0 ? startFrame + levels : undefined);
    response.body = { stackFrames, totalFrames: all.length };
    this.sendResponse(response);
  }

  protected override scopesRequest(
    response: DebugProtocol.ScopesResponse,
    { frameId }: DebugProtocol.ScopesArguments,
  ): void {
    response.body = { scopes: this.#frames?.scopes(frameId) ?? [] };
    this.sendResponse(response);
  }

  protected override variablesRequest(
    response: DebugProtocol.VariablesResponse,
    { variablesReference }: DebugProtocol.VariablesArguments,
  ): void {
    this.#answer(response, async () => {
      response.body = { variables: await this.#values.rows(variablesReference) };
    });
  }

  protected override sourceRequest(
    response: DebugProtocol.SourceResponse,
    { sourceReference, source }: DebugProtocol.SourceArguments,
  ): void {
    const body = this.#runner.sources?.content(source?.sourceReference ?? sourceReference);
    if (body) {
      response.body = body;
      this.sendResponse(response);
    } else {
      this.#refuse(response, 'The text of this source is not known any more.');
    }
  }

  protected override evaluateRequest(
    response: DebugProtocol.EvaluateResponse,
    { expression, frameId, context }: DebugProtocol.EvaluateArguments,
  ): void {
    this.#answer(response, async () => {
      const ref = frameId === undefined ? undefined : this.#frames?.get(frameId);
      const { value, text } = await evaluate(this.#runner, this.#frames, { expression, ref, context });
      const { variablesReference, type } = this.#values.row('', value);
      const place = context === 'clipboard' ? undefined : this.#values.place(expression, value);
      response.body = {
        result: text,
        variablesReference,
        ...(type ? { type } : {}),
        ...(place === undefined ? {} : { valueLocationReference: place }),
      };
    });
  }

  /** What the class has no method for: `locations`, where the whole text of a value is. */
  protected override customRequest(command: string, response: DebugProtocol.Response, args: unknown): void {
    if (command === 'locations') {
      const { locationReference } = args as DebugProtocol.LocationsArguments;
      this.#locate(response as DebugProtocol.LocationsResponse, locationReference);
    } else {
      super.customRequest(command, response, args);
    }
  }

  #locate(response: DebugProtocol.LocationsResponse, reference: number): void {
    const found = this.#values.text(reference);
    const source = found && this.#runner.sources?.ofText(found.name, found.text);
    if (source) {
      response.body = { source, line: 1 };
      this.sendResponse(response);
    } else {
      this.#refuse(response, 'This value is not known any more; stop again first.');
    }
  }

  protected override exceptionInfoRequest(response: DebugProtocol.ExceptionInfoResponse): void {
    const text = this.#last?.text ?? 'The run stands still because of an error.';
    response.body = { exceptionId: 'Error', description: text, breakMode: 'always' };
    this.sendResponse(response);
  }

  protected override nextRequest(response: DebugProtocol.NextResponse): void {
    this.#move(response, 'over');
  }

  protected override stepInRequest(response: DebugProtocol.StepInResponse): void {
    this.#move(response, 'in');
  }

  protected override stepOutRequest(response: DebugProtocol.StepOutResponse): void {
    this.#move(response, 'out');
  }

  protected override continueRequest(response: DebugProtocol.ContinueResponse): void {
    response.body = { allThreadsContinued: true };
    this.#move(response, 'continue');
  }

  protected override stepBackRequest(response: DebugProtocol.StepBackResponse): void {
    this.#goOn(response, () => this.#runner.back('step'));
  }

  protected override reverseContinueRequest(response: DebugProtocol.ReverseContinueResponse): void {
    this.#goOn(response, () => this.#runner.back('continue'));
  }

  protected override pauseRequest(response: DebugProtocol.PauseResponse): void {
    this.#answer(response, () => this.#runner.pause());
  }

  protected override restartFrameRequest(
    response: DebugProtocol.RestartFrameResponse,
    { frameId }: DebugProtocol.RestartFrameArguments,
  ): void {
    const ref = this.#frames?.get(frameId);
    const { program } = this.#runner;
    if (ref && program) {
      this.#goOn(response, () => this.#runner.replay({ from_step: replayFrom(program, ref) }));
    } else {
      this.#refuse(response, 'This frame is not known any more; stop again first.');
    }
  }

  protected override terminateRequest(response: DebugProtocol.TerminateResponse): void {
    this.#leave();
    this.sendResponse(response);
    this.#end();
  }

  protected override disconnectRequest(response: DebugProtocol.DisconnectResponse): void {
    this.#leave();
    this.#ended = true;
    this.sendResponse(response);
    this.shutdown();
  }

  override dispose(): void {
    this.#leave();
    super.dispose();
  }

  #leave(): void {
    this.#over(this.#runner.leave());
  }

  async #launch(config: DebugConfig): Promise<void> {
    await this.#configuration;
    this.#runner.stopAtEnd = config.stopAtEnd ?? true;
    const { session, stopOnEntry = false } = config;
    if (config.request === 'attach') {
      if (!session)
        throw new Error('Say which session to attach to: "session" is missing in the configuration.');
      return await this.#runner.follow(session, undefined, stopOnEntry);
    }
    if (session) return await this.#runner.open(session);
    if (!config.input?.trim()) {
      throw new Error('Say what to send to the agent: "input" is missing in the configuration.');
    }
    const made = await this.host.open(config, this.#runner.leaving);
    await this.#runner.follow(made, config.input, stopOnEntry);
  }

  #move(response: Response, move: Move): void {
    this.#goOn(response, () => this.#runner.move(move));
  }

  /** Answers first: what is told of the next stop must not come before the answer. */
  #goOn(response: Response, work: () => Promise<void>): void {
    this.#values.reset();
    this.#frames?.reset();
    this.sendResponse(response);
    work().catch((error: unknown) => {
      this.#say(messageOf(error), 'stderr');
      this.#stopped({ reason: 'pause', ids: [] });
    });
  }

  #answer(response: Response, work: () => Promise<void>): void {
    work().then(
      () => this.sendResponse(response),
      (error: unknown) => this.#refuse(response, messageOf(error)),
    );
  }

  #refuse(response: Response, message: string): void {
    this.sendErrorResponse(response, {
      id: 1,
      format: '{_message}',
      variables: { _message: message },
      // Who has ended it need not be told what came of that.
      showUser: !this.#ended,
    });
  }

  #stopped(hit: Hit): void {
    if (this.#ended) return;
    this.#last = hit;
    this.#values.reset();
    this.#frames?.reset();
    const { program, sources } = this.#runner;
    if (program && sources) this.#frames ??= new Frames(program, sources, this.#values);
    const event: DebugProtocol.StoppedEvent = new StoppedEvent(hit.reason, thread, hit.text);
    if (reasons[hit.reason]) event.body.description = `Paused at the ${reasons[hit.reason]}`;
    event.body.allThreadsStopped = true;
    event.body.hitBreakpointIds = hit.ids;
    this.sendEvent(event);
  }

  /** Another session is looked at: nothing that was known of frames and values holds. */
  #reloaded(): void {
    const { program, sources } = this.#runner;
    this.#values.reset();
    this.#frames = program && sources ? new Frames(program, sources, this.#values) : undefined;
  }

  #end(message?: string): void {
    if (this.#ended) return;
    if (message !== undefined) this.#say(message, 'stderr');
    this.#ended = true;
    this.#leave();
    this.sendEvent(new TerminatedEvent());
  }

  #say(text: string, kind: 'console' | 'stdout' | 'stderr', where?: Moment | SourceLine): void {
    const event: DebugProtocol.OutputEvent = new OutputEvent(`${text}\n`, kind);
    const place = where && ('source' in where ? where : this.#frames?.place(where));
    if (place) Object.assign(event.body, place);
    this.sendEvent(event);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
