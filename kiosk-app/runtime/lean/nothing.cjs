/** In the place of what Fastify loads and Xuhao does not use: any use of it is an error. */
module.exports = new Proxy(
  {},
  {
    get(_target, name) {
      throw new Error(`${String(name)} is not part of a running Xuhao`);
    },
  },
);
