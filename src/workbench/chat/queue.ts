import type { ChatMemory } from './memory';

/** Messages that wait for the end of a run, in their order. They outlive a reload of the window. */
export class Queue {
  constructor(
    private readonly memory: ChatMemory,
    private readonly onChange: () => void,
  ) {}

  get list(): readonly string[] {
    return this.memory.value.queue ?? [];
  }

  async add(text: string): Promise<void> {
    await this.set([...this.list, text]);
  }

  /**
   * Takes a message out: the one at a place, or where it stands now when others before it are gone.
   * @returns it, undefined when it does not wait any more
   */
  async take(index: number, text: string): Promise<string | undefined> {
    const { list } = this;
    const place = list[index] === text ? index : list.indexOf(text);
    if (place < 0) {
      return undefined;
    }
    await this.set(list.filter((_, at) => at !== place));
    return text;
  }

  /**
   * Empties it, because its conversation is left: what waits is never said in another, and goes back to its person.
   * @returns whether anything waited
   */
  giveUp(): boolean {
    const { list } = this;
    if (list.length > 0) {
      const { returned = [] } = this.memory.value;
      void this.memory.update({ queue: [], returned: [...returned, ...list] });
    }
    return list.length > 0;
  }

  /** Takes what was given up. @returns the messages, none where nothing was */
  async takeReturned(): Promise<string[]> {
    const { returned = [] } = this.memory.value;
    if (returned.length > 0) {
      await this.memory.update({ returned: undefined });
    }
    return returned;
  }

  private async set(queue: string[]): Promise<void> {
    await this.memory.update({ queue });
    this.onChange();
  }
}
