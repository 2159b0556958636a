/** The English twin of common.zh-CN.ts. */
import type * as zh from './common.zh-CN.ts';

export const common: typeof zh.common = {
  locale: 'en-GB',
  estimate: (min) => (min < 1 ? 'very soon' : `about ${min} min`),
  minutes: (min) => (min < 1 ? 'very soon' : `about ${min} min`),
  windows: (labels) => `${labels.length === 1 ? 'Window' : 'Windows'} ${labels.join(', ')}`,
  list: (parts) => parts.join(', '),
  since: (time) => `since ${time}`,
  help: 'For help, please contact',
  starting: 'Starting',
  startingTodo: 'One moment, please.',
  localLost: 'Connection lost',
  localLostTodo:
    'The program of this machine does not answer. It reconnects by itself. If this lasts, please tell the staff.',
  wrongPage: 'Wrong page for this machine',
  wrongPageTodo: (role) => `This machine is a “${role}”. Please open its own page.`,
};
