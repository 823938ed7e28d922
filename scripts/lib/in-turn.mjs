/**
 * Lets what runs at the same time be read one after the other. The first part that has not ended is printed as it
 * comes; what the others say meanwhile is kept until their turn.
 */
export class InTurn {
  /** @param {(text: string, isError: boolean) => void} print */
  constructor(print) {
    this.print = print;
    /** @type {{ kept: [text: string, isError: boolean][], ended: boolean }[]} */
    this.parts = [];
  }

  /**
   * Takes a place behind those that have one.
   * @returns {{ write: (text: string, isError?: boolean) => void, end: () => void }}
   */
  part() {
    /** @type {(typeof this.parts)[number]} */
    const part = { kept: [], ended: false };
    this.parts.push(part);
    return {
      write: (text, isError = false) => {
        part.kept.push([text, isError]);
        this.printOn();
      },
      end: () => {
        part.ended = true;
        this.printOn();
      },
    };
  }

  printOn() {
    for (let first = this.parts[0]; first; first = this.parts[0]) {
      for (const [text, isError] of first.kept.splice(0)) {
        this.print(text, isError);
      }
      if (!first.ended) {
        return;
      }
      this.parts.shift();
    }
  }
}
