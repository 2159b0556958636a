/** Random but legal parts of the bus, for properties. */

import { type RequestOp, requestOps } from '../../broker-config/messages.ts';
import { machineCommands, type ParsedTopic, topics } from '../../broker-config/topics.ts';
import fc from '../harness/fc.ts';

const idFirst = [...'abcdefghijklmnopqrstuvwxyz0123456789'];
const idRest = [...idFirst, '-'];

export const anyId = fc
  .tuple(
    fc.constantFrom(...idFirst),
    fc.string({ unit: fc.constantFrom(...idRest), maxLength: 31 }),
  )
  .map(([first, rest]) => first + rest);

export const anyOp: fc.Arbitrary<RequestOp> = fc.constantFrom(...requestOps);

/** A topic's parts, and the topic as its builder makes it. */
export const anyTopic: fc.Arbitrary<{ parsed: ParsedTopic; topic: string }> = fc
  .record({
    ...{ hall: anyId, dev: anyId, window: anyId, device: anyId, op: anyOp },
    command: fc.constantFrom(...machineCommands),
  })
  .chain(({ hall, dev, window, device, op, command }) => {
    const all: { parsed: ParsedTopic; topic: string }[] = [
      { parsed: { kind: 'hallState', hall }, topic: topics.hallState(hall) },
      { parsed: { kind: 'board', hall }, topic: topics.board(hall) },
      { parsed: { kind: 'directory', hall }, topic: topics.directory(hall) },
      {
        parsed: { kind: 'windowSnapshot', hall, window },
        topic: topics.windowSnapshot(hall, window),
      },
      { parsed: { kind: 'padSnapshot', hall, window }, topic: topics.padSnapshot(hall, window) },
      { parsed: { kind: 'log', hall }, topic: topics.log(hall) },
      { parsed: { kind: 'request', hall, op, dev }, topic: topics.request(hall, op, dev) },
      { parsed: { kind: 'reply', hall, dev }, topic: topics.reply(hall, dev) },
      { parsed: { kind: 'machineState', hall, dev }, topic: topics.machineState(hall, dev) },
      {
        parsed: { kind: 'machineDescription', hall, dev },
        topic: topics.machineDescription(hall, dev),
      },
      {
        parsed: { kind: 'deviceStatus', hall, dev, device },
        topic: topics.deviceStatus(hall, dev, device),
      },
      {
        parsed: { kind: 'machineCommand', hall, dev, command },
        topic: topics.machineCommand(hall, dev, command),
      },
    ];
    return fc.constantFrom(...all);
  });

/** Topics that are nearly right: a level dropped, doubled, replaced, or a character changed. */
export const anyNearTopic: fc.Arbitrary<string> = fc
  .tuple(anyTopic, fc.nat(), fc.nat(), fc.constantFrom('', '+', '#', 'seq', 'dev', 'req', 'X', 'é'))
  .map(([{ topic }, at, how, piece]) => {
    const levels = topic.split('/');
    const i = at % levels.length;
    const changes = [
      () => levels.splice(i, 1),
      () => levels.splice(i, 0, levels[i] ?? ''),
      () => levels.splice(i, 1, piece),
      () => levels.push(piece),
      () => levels.unshift(piece),
    ];
    changes[how % changes.length]?.();
    return levels.join('/');
  });
