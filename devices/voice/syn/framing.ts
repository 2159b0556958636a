/**
 * Frames of the SYN speech chips. SYN6288 datasheet: `FD LenH LenL CMD [PARAM TEXT] XOR`, the XOR
 * over everything before it and counted by Len. SYN6658 manual and XFS5152CE: the same without XOR.
 * Answers are single bytes without any frame.
 */

export const synModels = ['syn6288', 'syn6658'] as const;
export type SynModel = (typeof synModels)[number];

export const synCommand = { speak: 0x01, query: 0x21 } as const;
/** PARAM of speak, low three bits: the text is GBK. */
export const gbkText = 0x01;

/** Longest text of one speak frame, bytes. SYN6288 refuses more; SYN6658 takes 4096. */
export const textBytesMax: Record<SynModel, number> = { syn6288: 200, syn6658: 4096 };

export function encodeFrame(model: SynModel, command: number, payload: Uint8Array): Uint8Array {
  const check = model === 'syn6288' ? 1 : 0;
  const length = 1 + payload.length + check;
  const frame = new Uint8Array(3 + length);
  frame.set([0xfd, length >> 8, length & 0xff, command]);
  frame.set(payload, 4);
  if (check === 1) frame[frame.length - 1] = frame.reduce((xor, byte) => xor ^ byte, 0);
  return frame;
}

export const speakFrame = (model: SynModel, text: Uint8Array): Uint8Array =>
  encodeFrame(model, synCommand.speak, Uint8Array.of(gbkText, ...text));

/** started: after power-up or wake-up. idle: answer to a query, and alone when speech ends. */
export type SynReply = 'started' | 'accepted' | 'refused' | 'busy' | 'idle';

const replies = new Map<number, SynReply>([
  [0x4a, 'started'],
  [0x41, 'accepted'],
  [0x45, 'refused'],
  [0x4e, 'busy'],
  [0x4f, 'idle'],
]);

/** Replies in a chunk; bytes that are none are noise on the line and count as `noise`. */
export function readReplies(chunk: Uint8Array): { replies: SynReply[]; noise: number } {
  const read = [...chunk].flatMap((byte) => replies.get(byte) ?? []);
  return { replies: read, noise: chunk.length - read.length };
}
