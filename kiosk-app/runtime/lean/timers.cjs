/** In the place of worker-timers: Node's own. */
module.exports = { setInterval, clearInterval, setTimeout, clearTimeout };
