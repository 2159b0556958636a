/** Cards and codes of the demonstration. Nobody of them exists: region 000000 is given to no place. */
import type { TwinCard } from '../../devices/twins/contract.ts';

interface Text {
  zh: string;
  en: string;
}

const citizen = (name: string, sex: '1' | '2', birth: string, number: string): TwinCard => ({
  ...{ type: 'citizen', name, sex, nation: '01', birth, number },
  address: '测试省测试市测试路1号',
  authority: '测试公安局',
  validFrom: '20200101',
  validTo: '20400101',
});

export const cards: readonly { id: string; label: Text; card: TwinCard }[] = [
  {
    id: 'card-1',
    label: { zh: '测试甲的身份证', en: "Test person A's card" },
    card: citizen('测试甲', '1', '19900101', '000000199001010018'),
  },
  {
    id: 'card-2',
    label: { zh: '测试乙的身份证', en: "Test person B's card" },
    card: citizen('测试乙', '2', '19850615', '00000019850615002X'),
  },
];

export const codes: readonly { text: string; label: Text }[] = [
  {
    text: 'YY-0001',
    // Nobody brings appointments into this hall: the machine's answer is that there is none.
    label: { zh: '预约码（本厅没有这笔预约）', en: 'Appointment code, not booked here' },
  },
  { text: '你好，世界', label: { zh: '别的二维码', en: 'Some other code' } },
];
