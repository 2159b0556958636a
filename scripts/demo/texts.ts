/** What the demonstration's own pages say, zh-CN and en. */
import type { Role } from '../../broker-config/messages.ts';

interface Text {
  zh: string;
  en: string;
}

const keyCaps: Record<string, Text> = {
  'call-next': { zh: '下一位', en: 'Next' },
  recall: { zh: '重呼', en: 'Recall' },
  start: { zh: '开始办理', en: 'Start' },
  finish: { zh: '办结', en: 'Finish' },
  miss: { zh: '过号', en: 'Missed' },
  hold: { zh: '挂起', en: 'Hold' },
  pause: { zh: '暂停', en: 'Pause' },
  'pause-or-open': { zh: '暂停/恢复', en: 'Pause, open' },
  open: { zh: '恢复', en: 'Open' },
  invite: { zh: '邀请评价', en: 'Ask for rating' },
  'very-satisfied': { zh: '非常满意', en: 'Very satisfied' },
  satisfied: { zh: '满意', en: 'Satisfied' },
  'basically-satisfied': { zh: '基本满意', en: 'Fairly satisfied' },
  dissatisfied: { zh: '不满意', en: 'Dissatisfied' },
  'very-dissatisfied': { zh: '非常不满意', en: 'Very dissatisfied' },
  undo: { zh: '撤销', en: 'Undo' },
};

/** Cap of a key by what it does: a clerk's verb, or the service whose number it takes. */
export function keyLabel(does: string, services: readonly { id: string; name: Text }[]): Text {
  const verb = keyCaps[does];
  if (verb !== undefined) return verb;
  return services.find((s) => s.id === does)?.name ?? { zh: does, en: does };
}

const titles: Partial<Record<Role, Text>> = {
  'queue-machine': { zh: '取号机', en: 'Queue machine' },
  window: { zh: '窗口叫号', en: "Clerk's page, window" },
  display: { zh: '大厅综合屏', en: 'Hall display' },
  hall: { zh: '大厅设备状态', en: 'Devices of the hall' },
  'evaluation-pad': { zh: '评价器 窗口', en: 'Evaluation pad, window' },
};

export function screenTitle(role: Role, machine: string): Text {
  const title = titles[role] ?? { zh: role, en: role };
  const no = machine.includes('-') ? ` ${machine.replace(/^.*-/, '')}` : '';
  return { zh: `${title.zh}${no}`, en: `${title.en}${no}` };
}
