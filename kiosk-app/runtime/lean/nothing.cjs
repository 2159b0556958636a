/** In the place of what a package loads and Xuhao never uses (use.mjs). */
module.exports = {};
