/** 设备代码的说明：技术人员一句，群众一句（与群众无关的为空）。 */
import type { DeviceTexts } from './sentences.ts';

const printerDown = '打印机暂时不能使用，请联系工作人员。';

export const zhCN: DeviceTexts = {
  DEV_READY: { technician: '设备正常。', citizen: null },
  DEV_OPENING: { technician: '设备正在连接，尚未应答。', citizen: null },
  DEV_OPTIONS: { technician: '设备选项与驱动不符，请按提示修改机器配置文件。', citizen: null },
  DEV_NO_SUCH_PORT: {
    technician: '找不到设备文件：检查线缆和供电，再核对配置中的端口名。',
    citizen: null,
  },
  DEV_PORT_BUSY: { technician: '端口被另一个程序占用，请先关闭该程序。', citizen: null },
  DEV_NO_PERMISSION: {
    technician:
      '当前用户无权打开端口：把它加入 dialout（串口）或 lp（USB 打印机）组，HID 设备需加 udev 规则。',
    citizen: null,
  },
  DEV_LIBRARY_MISSING: {
    technician: '缺少该接口的程序库：执行 apt install libudev1 libusb-1.0-0，再执行 npm ci。',
    citizen: null,
  },
  DEV_UNREACHABLE: {
    technician: '连接不上设备：检查供电、网线以及配置中的地址和端口。',
    citizen: null,
  },
  DEV_CONNECT_DEADLINE: { technician: '连接设备超时：检查供电和网络。', citizen: null },
  DEV_ABORTED: { technician: '打开设备的过程被主程序中止。', citizen: null },
  DEV_NO_ANSWER: {
    technician: '线路已通但设备不应答：检查供电、波特率、流控和型号配置。',
    citizen: null,
  },
  DEV_WRITE_DEADLINE: {
    technician: '设备迟迟不接收数据：检查流控设置，看设备是否死机。',
    citizen: null,
  },
  DEV_WRITE_BUSY: {
    technician: '程序错误：前一次写入未完成又开始写入，请反馈给开发者。',
    citizen: null,
  },
  DEV_CLOSED: { technician: '线路已断开，系统会自动重新连接。', citizen: null },
  PRN_PROFILE: {
    technician: '打印机型号文件缺失或有误，请检查 profiles/printers。',
    citizen: printerDown,
  },
  PRN_TEMPLATE: {
    technician: '小票模板缺失、有误，或所需字段没有给全，请检查 profiles/tickets。',
    citizen: printerDown,
  },
  PRN_DOCUMENT: { technician: '小票内容有误，或在这种纸宽上放不下。', citizen: printerDown },
  PRN_NO_STATUS: { technician: '这台打印机不能回报状态，出票结果无法确认。', citizen: null },
  PRN_PAPER_LOW: { technician: '纸卷将尽，请准备换纸。', citizen: null },
  PRN_PAPER_OUT: {
    technician: '缺纸：请换纸卷，未打完的小票会接着打印。',
    citizen: '打印机缺纸，请联系工作人员。',
  },
  PRN_COVER_OPEN: { technician: '打印机上盖未关好，关好后会接着打印。', citizen: printerDown },
  PRN_CUTTER: { technician: '切刀卡住：请取出卡纸，取出后会自动恢复。', citizen: printerDown },
  PRN_RECOVERABLE: {
    technician: '打印机构或打印头有可恢复的故障（过热、卡纸），排除后会自动恢复。',
    citizen: printerDown,
  },
  PRN_UNRECOVERABLE: {
    technician: '打印机有不可恢复的故障，请断电重启，仍不行则报修。',
    citizen: printerDown,
  },
  PRN_OFFLINE: {
    technician: '打印机报告脱机但未说明原因，请查看面板指示灯。',
    citizen: printerDown,
  },
  PRN_BUSY: { technician: '等待打印的任务过多。', citizen: '打印机正忙，请稍候再试。' },
  PRN_NOT_RECORDED: {
    technician: '打印前任务未能写入磁盘，因此没有打印：检查磁盘空间。',
    citizen: printerDown,
  },
  PRN_NO_TOKEN: {
    technician: '数据已发出，但打印机没有按时确认：看有没有出票，需要时补打。',
    citizen: '没有确认小票已打印。如未出票，请记住屏幕上的号码并联系工作人员。',
  },
  PRN_LINK_LOST: {
    technician: '打印中途线路断开：看有没有出票，需要时补打。',
    citizen: '没有确认小票已打印。如未出票，请记住屏幕上的号码并联系工作人员。',
  },
};
