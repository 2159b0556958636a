/** Says the hall's calls aloud: each once, in the profile's languages, none after its time. */
import type { Sentence as Spoken } from '../../devices/voice/contract.ts';
import { type LiveCall, liveCalls, nothingTold, untold } from '../runtime/calls.ts';
import type { DeviceSupervisor } from '../runtime/device-supervisor.ts';
import { anchored, type HallAnchor, hallNow, noAnchor } from '../runtime/hall-time.ts';
import type { Log } from '../runtime/log.ts';
import type { Clock, HallLink } from '../runtime/ports.ts';
import { sentence } from '../texts/sentence.ts';

export interface SpeakerPorts {
  clock: Clock;
  log: Log;
  link: Pick<HallLink, 'watch'>;
  devices: Pick<DeviceSupervisor, 'get'>;
}
export interface SpeakerConfig {
  /** Id of the voice. */
  voice: string;
  languages: readonly ('zh-CN' | 'en')[];
  times: number;
  /** Only calls to these windows; null: all. */
  windows: readonly string[] | null;
}

/** @returns stops it; what is being said is said to its end */
export function runSpeaker(ports: SpeakerPorts, config: SpeakerConfig): () => void {
  const { clock, link, devices, log } = ports;
  let anchor: HallAnchor = noAnchor;
  let told = nothingTold;
  return link.watch(({ board, directory, hallClockOffsetMs, online }) => {
    if (board === null || !online) return;
    const at = { now: clock.now(), mono: clock.mono() };
    anchor = anchored(anchor, hallClockOffsetMs, at);
    const now = hallNow(anchor, at);
    const news = untold(told, board, liveCalls(board, directory, config.windows, now), now);
    told = news.told;
    for (const call of news.calls) {
      const expiresAt = at.mono + (call.expiresAt - now);
      for (const spoken of spokenOf(call, config, expiresAt)) say(spoken, call);
    }
  });

  function say(spoken: Spoken, { number, seq }: LiveCall): void {
    const voice = devices.get(config.voice, 'voice');
    const unsaid = (code: string) =>
      log.warn({ event: 'call-not-spoken', number, seq, code }, 'a call was not said');
    if (voice === undefined) {
      unsaid('DEV_CLOSED');
      return;
    }
    voice.say(spoken).then(
      (end) => {
        if (end.outcome !== 'spoken') unsaid(end.code);
      },
      () => unsaid('DEV_CLOSED'),
    );
  }
}

function spokenOf(call: LiveCall, config: SpeakerConfig, expiresAt: number): Spoken[] {
  const { zh, en } = sentence('call.spoken', { number: call.number, label: call.label });
  return config.languages.map((lang) => ({
    ...{ text: lang === 'en' ? en : zh, lang, priority: 'call', expiresAt, times: config.times },
  }));
}
