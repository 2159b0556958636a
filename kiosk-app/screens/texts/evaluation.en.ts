/** The English twin of evaluation.zh-CN.ts. */
import type * as zh from './evaluation.zh-CN.ts';

const plural = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;

export const evaluation: typeof zh.evaluation = {
  levels: {
    'very-satisfied': 'Very satisfied',
    satisfied: 'Satisfied',
    'basically-satisfied': 'Fairly satisfied',
    dissatisfied: 'Dissatisfied',
    'very-dissatisfied': 'Very dissatisfied',
  },
  ask: 'Please evaluate this service',
  askOf: (number, service) => `${number}  ${service}`,
  choices: 'How satisfied are you? One of five',
  voluntary: 'One touch is enough. Voluntary; the clerk cannot see it.',
  decline: 'No, thank you',
  closesIn: (s) => `Closes in ${s} s`,
  qr: 'Or evaluate by phone',
  said: (question, voluntary) => `${question}. ${voluntary}`,
  sending: 'Sending',
  sendingTodo: 'One moment. No need to press again.',
  notTaken: 'This device did not get your touch. Please press once more.',

  rated: (level) => `Thank you. You chose: ${level}`,
  ratedSaid: (level) => `Thank you. You chose ${level}. It is recorded.`,
  kept: 'Recorded.',
  reasons: ' You may also say why.',
  reasonsMax: (max) => ` Choose up to ${max}.`,
  words: 'Add words',
  wordsChange: (words) => `Your words: ${words}`,
  done: 'Done',
  undo: 'Undo',
  undoIn: (s) => `Undo (${s} s)`,
  previousPage: 'Previous',
  nextPage: 'Next',
  pageOf: (page, pages) => `Page ${page} of ${pages}`,

  wordsTitle: 'Please write your opinion',
  wordsHint: 'Please write no ID or phone numbers.',
  wordsLeft: (n) => plural(n, 'character left', 'characters left'),
  wordsDone: 'Ready',

  thanked: 'Thank you for your evaluation',
  thankedWith: (level) => `You chose: ${level}.`,
  secret: 'The clerk cannot see your choice.',
  failed: 'Your evaluation was not recorded',
  close: 'OK',
};

export const pad: typeof zh.pad = {
  title: 'Evaluation',
  windowSuffix: 'Window',
  language: '中文',
  languageTag: 'zh-CN',
  elder: 'Large text',
  settings: 'Display options',
  idle: 'Please evaluate the service when it is finished',
  idleTodo: 'It is voluntary, once for each service.',
  paused: 'Paused',
  pausedTodo: 'This window is paused. Please wait, or ask the staff.',
  closed: 'This window is closed',
  closedTodo: 'Please watch the hall display, or ask the staff.',
  clerk: 'At your service',
  badge: (badge) => `Badge ${badge}`,
  photo: 'Photo of the clerk',
  connecting: 'Connecting to the hall',
  connectingTodo: 'One moment, please.',
  noWindow: 'This device belongs to no window yet',
  noWindowTodo: 'Ask the administrator to name this device in the hall profile.',
  offline: (time) => `offline ${time}`,
};
