/**
 * fast-check as every property here wants it: `maxLength: 80` means lists of up to 80. By default none
 * has more than ten, and a long story is never told.
 */
import { configureGlobal } from 'fast-check';

configureGlobal({ defaultSizeToMaxWhenMaxSpecified: true });

export { default } from 'fast-check';
