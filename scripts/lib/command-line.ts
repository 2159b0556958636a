/** The words of a command, or a sentence instead of a stack. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { messageOf } from '../../kiosk-app/runtime/errors.ts';

/** As `parseArgs`; wrong words end the program: the sentence, the help, exit code 2. */
export function parsedArgs<T extends ParseArgsConfig>(
  config: T,
  help: string,
): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    console.error(`${messageOf(error)}\n\n${help}`);
    process.exit(2);
  }
}
