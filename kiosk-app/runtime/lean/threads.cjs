/** In the place of node:worker_threads: what pino asks of it. */
module.exports = { isMainThread: true };
