/** What a person has to know and do, with no stack: scripts print the message alone and leave with 1. */
export class Failure extends Error {}

/**
 * Runs a script's main function and turns what it throws into words and an exit code.
 * @param {() => Promise<void>} main
 */
export async function runMain(main) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Failure ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
}
