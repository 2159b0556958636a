/** What the figures have to reach. Ratios are to the floor of the same run. */
export const bars: Record<string, { most: number; least?: undefined } | { least: number }> = {
  'issue.ratio_p50': { most: 1.5 },
  'call.ratio_p50': { most: 1.6 },
  'storm.ratio': { least: 0.5 },
  'storm.duplicates': { most: 0 },
  'growth.ratio': { most: 1.2 },
  'restart.ms': { most: 1000 },
  'memory.queue_machine_mb': { most: 80 },
  'memory.hall_mb': { most: 150 },
  'start.queue_machine_ms': { most: 1000 },
  'rate.ratio_p50': { most: 1.5 },
  'rate.offline_ratio_p50': { most: 2 },
  'print.first_byte_over_latency_ms': { most: 1 },
  'print.first_byte_over_issue_ms': { most: 1 },
  'print.encode_us': { most: 100 },
  'print.bytes': { most: 600 },
  'print.paper_ms_115200': { most: 50 },
};
