export { uuidv7 } from './ids';
