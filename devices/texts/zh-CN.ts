/** 设备代码的说明：技术人员一句，群众一句（与群众无关的为空）。 */
import type { DeviceTexts } from './sentences.ts';

const printerDown = '打印机暂时不能使用，请联系工作人员。';

export const zhCN: DeviceTexts = {
  DEV_READY: { technician: '设备正常。', citizen: null },
  DEV_OPENING: { technician: '设备正在连接，尚未应答，请稍候。', citizen: null },
  DEV_NO_PAGE: {
    technician: '本机没有浏览器打开页面：看屏幕是否亮着，重新启动浏览器或整机。',
    citizen: null,
  },
  DEV_OPTIONS: { technician: '设备选项与驱动不符，请按提示修改机器配置文件。', citizen: null },
  DEV_NO_SUCH_PORT: {
    technician: '找不到设备文件：检查线缆和供电，再核对配置中的端口名。',
    citizen: null,
  },
  DEV_PORT_BUSY: { technician: '端口被另一个程序占用，请先关闭该程序。', citizen: null },
  DEV_NO_PERMISSION: {
    technician:
      '当前用户无权打开端口：把它加入 dialout（串口）或 lp（USB 打印机）组；HID 设备需加 udev 规则，npm run udev 可生成。',
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
  DEV_ABORTED: { technician: '打开设备的过程被中止，请重试。', citizen: null },
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
  DEV_CLOSED: {
    technician: '线路已断开，系统会自动重新连接；一直连不上时，请检查线缆和供电。',
    citizen: null,
  },
  DEV_PROGRAM_MISSING: {
    technician: '缺少系统程序：按日志中的提示用 apt 安装对应软件包。',
    citizen: null,
  },
  PRN_PROFILE: {
    technician: '打印机型号文件缺失或有误，请检查 profiles/printers。',
    citizen: printerDown,
  },
  PRN_TEMPLATE: {
    technician: '小票模板缺失、有误，或所需字段没有给全，请检查 profiles/tickets。',
    citizen: printerDown,
  },
  PRN_PICTURE: {
    technician: '徽标或生僻字未能绘制成图，小票上已省略或用方框代替：检查徽标文件和字体。',
    citizen: null,
  },
  PRN_DOCUMENT: {
    technician: '小票内容有误，或在这种纸宽上放不下：检查小票模板和配置中的纸宽。',
    citizen: printerDown,
  },
  PRN_NO_STATUS: {
    technician: '这台打印机不能回报状态，出票结果无法确认：请到现场看是否出票。',
    citizen: null,
  },
  PRN_PAPER_LOW: { technician: '纸卷将尽，请准备换纸。', citizen: null },
  PRN_PAPER_OUT: {
    technician: '缺纸：请换纸卷，未打完的小票会接着打印。',
    citizen: '打印机缺纸，请联系工作人员。',
  },
  PRN_COVER_OPEN: { technician: '打印机上盖未关好：关好后会接着打印。', citizen: printerDown },
  PRN_CUTTER: {
    technician: '切刀卡住：请取出卡纸；若没有自动恢复，请打开再合上机盖。',
    citizen: printerDown,
  },
  PRN_RECOVERABLE: {
    technician: '打印机构有可排除的故障：请打开机盖，取出卡住的纸，再合上机盖。',
    citizen: printerDown,
  },
  PRN_HEAD_HOT: {
    technician: '打印头过热或供电电压异常：会自动恢复；若反复出现，请检查通风和电源。',
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
  PRN_BUSY: {
    technician: '等待打印的任务过多：看打印机是否停住，缺纸、开盖或卡纸。',
    citizen: '打印机正忙，请稍候再试。',
  },
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
  IDC_COMMAND_DAMAGED: {
    technician: '身份证读卡器收到的指令有误：检查线缆、波特率和接地。',
    citizen: null,
  },
  IDC_COMMAND_REFUSED: {
    technician: '读卡器不接受指令：核对读卡器型号是否为二代证（GA 467）安全模块。',
    citizen: null,
  },
  IDC_CARD_REFUSED: {
    technician:
      '身份证与安全模块互不认可：卡片可能损坏或不是居民身份证；若每张都这样，请报修读卡器。',
    citizen: '这张证件无法识别，请联系工作人员。',
  },
  IDC_CARD_CHECK: {
    technician: '卡内信息校验不通过：卡片可能损坏；若每张都这样，请报修读卡器。',
    citizen: '这张证件无法识别，请联系工作人员。',
  },
  IDC_CARD_UNKNOWN: {
    technician: '读到的不是已知类型的证件：请办事人换用居民身份证等证件。',
    citizen: '这张证件无法识别，请联系工作人员。',
  },
  IDC_CARD_DATA: {
    technician:
      '卡内信息与规定格式不符（日期、号码校验位等），未采用：请人工核验；若每张都这样，检查线缆和读卡器。',
    citizen: '这张证件无法识别，请联系工作人员。',
  },
  IDC_READ_FAILED: {
    technician: '读卡失败：卡片拿开过早，或天线附近有金属干扰。',
    citizen: '没有读到，请把证件拿起，再平放一次。',
  },
  IDC_SELECT_FAILED: {
    technician: '选卡失败：感应区有多张卡，或卡片未放好。',
    citizen: '没有读到，请把证件拿起，再平放一次。',
  },
  IDC_NO_CONTENT: {
    technician: '卡内没有所要的内容：请人工核验，或减少配置 fields 中的项目。',
    citizen: '这张证件无法识别，请联系工作人员。',
  },
  IDC_SAM_FAULT: {
    technician: '读卡器安全模块自检故障：请断电重启，仍不行则报修。',
    citizen: '暂时不能刷身份证，请联系工作人员。',
  },
  IDC_SAM_NOT_AUTHORISED: {
    technician: '读卡器安全模块未授权或授权已失效：请联系读卡器供应商。',
    citizen: '暂时不能刷身份证，请联系工作人员。',
  },
  IDC_STATUS_UNKNOWN: { technician: '读卡器返回未知状态码，请把详情反馈给开发者。', citizen: null },
  IDC_ANSWER_DAMAGED: {
    technician: '读卡器的应答校验错误：检查线缆、波特率和接地。',
    citizen: null,
  },
  IDC_TOKEN_KEY: {
    technician: '办事人标识的密钥缺失、不合要求，或本机不支持该摘要算法：请检查密钥文件及其权限。',
    citizen: '暂时不能刷身份证，请联系工作人员。',
  },
  SCN_NOT_POS: {
    technician: '扫码器不在 HID POS 模式：请按其说明书扫“HID POS”设置码，再重新插拔。',
    citizen: '暂时不能扫码，请联系工作人员。',
  },
  SCN_ENCODING: {
    technician:
      '码的内容不是可识别的文字编码（UTF-8 或 GBK）：核对配置中的 encoding 和扫码器输出编码。',
    citizen: '这个码无法识别，请联系工作人员。',
  },
  SCN_DAMAGED: {
    technician: '扫码数据不完整：检查线缆、波特率和结束符设置。',
    citizen: '没有扫清，请再扫一次。',
  },
  SCN_TOO_LONG: {
    technician: '扫码数据过长：检查扫码器结束符设置。',
    citizen: '没有扫清，请再扫一次。',
  },
  CLR_ADDRESS: {
    technician: '本总线上没有这个地址的呼叫器或评价器：核对配置中的 addresses。',
    citizen: null,
  },
  CLR_BUSY: { technician: '等待发送到总线的数据过多：检查总线是否被其他设备占住。', citizen: null },
  CLR_SILENT: {
    technician:
      '这个地址从打开端口起没有任何按键：按一下该呼叫器的任意键，再检查地址拨码和 A/B 接线。',
    citizen: null,
  },
  CLR_LOOK: { technician: '已让设备鸣响并显示，请到现场看是否有反应。', citizen: null },
  EVL_NO_INVITE: { technician: '这种评价器没有可以试发的命令：请按键试验。', citizen: null },
  LCK_NO_SUCH_BOX: {
    technician: '柜子没有这个箱号：核对配置中的 boards。',
    citizen: '没有这个箱号，请联系工作人员。',
  },
  LCK_BUSY: {
    technician: '等待开箱的命令过多：稍候再试；仍不行则检查锁板是否应答。',
    citizen: '柜子正忙，请稍候再试。',
  },
  LCK_STUCK: {
    technician: '锁板已应答但锁没有打开：检查箱门是否被顶住、锁的供电和接线。',
    citizen: '箱门没有打开，请联系工作人员。',
  },
  LCK_BOARD_SILENT: {
    technician: '有一块锁板不应答：检查它的供电、地址拨码和 A/B 接线。',
    citizen: null,
  },
  LCK_SETTINGS: {
    technician: '锁的反馈与配置不符：把自检结果中的 found 写入配置。',
    citizen: null,
  },
  LCK_NO_CHANGE: {
    technician: '开锁后反馈没有变化：先关好该箱门再试；仍无变化则检查锁的反馈线。',
    citizen: null,
  },
  CRD_COMMAND: {
    technician: '发卡机不接受该命令：核对型号，并把日志反馈给开发者。',
    citizen: '发卡机暂时不能使用，请联系工作人员。',
  },
  CRD_JAM: {
    technician: '卡片卡住：打开通道取出卡片，再执行初始化。',
    citizen: '发卡机暂时不能使用，请联系工作人员。',
  },
  CRD_SENSOR: {
    technician: '传感器故障或被遮挡：清洁通道内的传感器。',
    citizen: '发卡机暂时不能使用，请联系工作人员。',
  },
  CRD_CARD_SIZE: {
    technician: '卡片过长或过短：检查卡片是否叠在一起或变形。',
    citizen: '发卡机暂时不能使用，请联系工作人员。',
  },
  CRD_BY_HAND: {
    technician: '卡片被人手移动过：取出卡片后执行初始化。',
    citizen: '请不要拉拽卡片，并联系工作人员。',
  },
  CRD_MOTOR: {
    technician: '电机堵转或损坏：检查通道内有无异物，仍不行则报修。',
    citizen: '发卡机暂时不能使用，请联系工作人员。',
  },
  CRD_CHIP: {
    technician: '读不到卡片芯片：清洁读卡触点，换一张卡再试。',
    citizen: '这张卡片无法读取，请联系工作人员。',
  },
  CRD_COUNTER: { technician: '计数器已满：清空废卡箱，再按说明书清除回收计数。', citizen: null },
  CRD_STACKER_LOW: { technician: '卡箱将空，请准备补卡。', citizen: null },
  CRD_STACKER_EMPTY: { technician: '卡箱已空，请补卡。', citizen: '卡片已发完，请联系工作人员。' },
  CRD_BIN_FULL: { technician: '废卡箱已满，请清空。', citizen: null },
  CRD_NOT_RESET: {
    technician: '发卡机尚未初始化：请执行初始化或断电重启。',
    citizen: '发卡机暂时不能使用，请联系工作人员。',
  },
  CRD_FAULT: {
    technician: '发卡机报告了手册中没有的故障：记下日志中的代码并报修。',
    citizen: '发卡机暂时不能使用，请联系工作人员。',
  },
  CRD_BUSY: {
    technician: '等待发卡机执行的命令过多：看发卡机是否卡住。',
    citizen: '发卡机正忙，请稍候再试。',
  },
  CRD_UNPROVEN: {
    technician: '命令已发出，但无法证实卡片的去向：到现场查看出卡口和通道。',
    citizen: '没有确认卡片已发出，请联系工作人员。',
  },
  CRD_NO_CARD: { technician: '通道内没有可移动的卡片：先发出一张卡再移动。', citizen: null },
  CRD_CARD_ON_WAY: {
    technician: '通道内已有一张卡：先退出或回收。',
    citizen: '请先取走出卡口的卡片。',
  },
  VOC_TEXT: {
    technician: '播报内容为空或过长，没有播报：检查窗口名称等文字是否过长。',
    citizen: null,
  },
  VOC_BUSY: {
    technician: '等待播报的语句过多：减少 times 或 languages，或给各区域分别配置语音。',
    citizen: null,
  },
  VOC_EXPIRED: {
    technician:
      '轮到播报时已经过时，没有播报：呼叫过密时属正常；经常出现请减少 times 或 languages。',
    citizen: null,
  },
  VOC_REFUSED: { technician: '语音模块拒绝了这句话：检查型号、波特率和线路干扰。', citizen: null },
  VOC_RESTARTED: { technician: '语音模块在播报中断电重启：检查供电。', citizen: null },
  VOC_STUCK: { technician: '语音模块一直处于播报状态：请断电重启。', citizen: null },
  VOC_SYNTHESIS: { technician: '语音合成程序出错：检查 espeak-ng 是否可用。', citizen: null },
  VOC_NO_SOUND: {
    technician: '声卡不可用：检查音箱、声卡名称，并把当前用户加入 audio 组。',
    citizen: null,
  },
  VOC_LISTEN: { technician: '已让语音播报测试语句，请到现场听一听。', citizen: null },
  SGN_CONTENT: {
    technician: '内容在这块屏上放不下或无法表示，没有显示：核对屏的宽度、行数和字号配置。',
    citizen: null,
  },
  SGN_REFUSED: {
    technician: '显示屏拒绝了命令：核对控制卡型号、区域大小或寄存器表。',
    citizen: null,
  },
  SGN_NO_STATUS: {
    technician: '这块屏不能回报状态，显示结果无法确认：请到现场看屏上的内容。',
    citizen: null,
  },
  SGN_LOOK: { technician: '已让显示屏显示测试内容，请到现场查看。', citizen: null },
  PGP_JAM: { technician: 'A4 打印机卡纸：按面板提示取出卡纸，关好盖板。', citizen: printerDown },
  PGP_COVER_OPEN: { technician: 'A4 打印机的盖板或纸门未关好，请关好。', citizen: printerDown },
  PGP_PAPER_OUT: {
    technician: 'A4 打印机缺纸：请加纸，任务会接着打印。',
    citizen: '打印机缺纸，请联系工作人员。',
  },
  PGP_PAPER_LOW: { technician: 'A4 打印机的纸快用完，请加纸。', citizen: null },
  PGP_TONER_OUT: { technician: 'A4 打印机的墨粉或墨水用完，请更换。', citizen: printerDown },
  PGP_TONER_LOW: { technician: 'A4 打印机的墨粉或墨水将尽，请备好更换。', citizen: null },
  PGP_OUTPUT_FULL: { technician: 'A4 打印机的出纸盘已满，请取走纸张。', citizen: printerDown },
  PGP_OFFLINE: {
    technician: '打印队列连不上 A4 打印机：检查打印机供电和网线或 USB 线。',
    citizen: printerDown,
  },
  PGP_PAUSED: {
    technician: '打印队列已暂停：执行 cupsenable 队列名，或在 CUPS 页面恢复。',
    citizen: printerDown,
  },
  PGP_NOT_ACCEPTING: {
    technician: '打印队列不接收任务：执行 cupsaccept 队列名。',
    citizen: printerDown,
  },
  PGP_STOPPED: {
    technician: 'A4 打印机已停止但未说明原因：查看面板和 CUPS 日志。',
    citizen: printerDown,
  },
  PGP_CANCELED: {
    technician: '打印任务已被取消：看有没有出纸，需要时重新打印。',
    citizen: '没有确认纸张已打印，请联系工作人员。',
  },
  PGP_ABORTED: {
    technician: '打印机放弃了任务：看有没有出纸，再查看 CUPS 日志。',
    citizen: '没有确认纸张已打印，请联系工作人员。',
  },
  PGP_DOCUMENT: {
    technician: '文件不是这台打印机能打印的 PDF，或任务参数有误：换一份文件再试，并查看日志。',
    citizen: printerDown,
  },
  PGP_NOT_CONFIRMED: {
    technician: '任务已发出，但打印机没有按时确认：看有没有出纸。',
    citizen: '没有确认纸张已打印，请联系工作人员。',
  },
  PGP_ERRORS: {
    technician: '打印机完成了任务但报告有错误：检查纸张是否齐全。',
    citizen: '没有确认纸张已打印，请联系工作人员。',
  },
  PGP_REFUSED: {
    technician: '打印机拒绝了请求，原因见括号内：核对队列名和打印机能力。',
    citizen: printerDown,
  },
  PGP_NO_IPP: {
    technician: '该地址应答的不是 IPP 打印机：核对配置中的 url。',
    citizen: printerDown,
  },
  PGP_NO_PDF: {
    technician: '这台打印机不接收 PDF：请通过 CUPS 队列使用它。',
    citizen: printerDown,
  },
  PGP_BUSY: {
    technician: '等待打印的任务过多：看打印机是否停住，缺纸、开盖或卡纸。',
    citizen: '打印机正忙，请稍候再试。',
  },
  CAM_NO_FORMAT: {
    technician: '高拍仪不支持配置中的格式或尺寸：用 v4l2-ctl --list-formats-ext 查看支持哪些。',
    citizen: '拍摄没有成功，请重试或联系工作人员。',
  },
  CAM_NO_FRAME: {
    technician: '高拍仪没有按时送出图像：重新插拔 USB 线，尽量不要经过集线器。',
    citizen: '拍摄没有成功，请重试或联系工作人员。',
  },
  CAM_DARK: {
    technician: '图像全黑：打开高拍仪的灯，看镜头有没有被遮住。',
    citizen: '光线太暗，请检查高拍仪的灯。',
  },
  CAM_IMAGE: {
    technician: '图像处理失败，请重拍；反复出现请反馈给开发者。',
    citizen: '拍摄没有成功，请重试或联系工作人员。',
  },
  CAM_BUSY: { technician: '正在拍摄，请稍候。', citizen: '正在拍摄，请稍候。' },
  WDG_NO_SYSTEMD: {
    technician:
      '本程序不是由 systemd 带看门狗启动的，死机时不会自动重启：在服务单元中设置 WatchdogSec 和 NotifyAccess=all。机器的程序停着时检查总会显示此项，请在程序运行时再看。',
    citizen: null,
  },
  WDG_LAST_RESET: { technician: '上次开机是看门狗强制重启：查看当时的系统日志。', citizen: null },
  WDG_WITHHELD: {
    technician: '程序运行不正常，已停止向看门狗报平安，即将被重启：把重启前的日志反馈给开发者。',
    citizen: null,
  },
};
