/** An argument, or a setting of the environment, that cannot be used; the message says which. */
export class ArgumentError extends Error {}
