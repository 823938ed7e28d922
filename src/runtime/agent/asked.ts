/** What a step says of the model that was asked for it. */
export interface Asked {
  model: string;
  /** US dollars. */
  cost?: number;
}

/** @param cost US dollars; told only where it is known and not nothing */
export function askedOf(model: string, cost: number | undefined): Asked {
  return { model, ...(cost ? { cost } : {}) };
}
