export {
  type Draft,
  type Drafter,
  DrafterAway,
  DrafterRefused,
  type Extracted,
  type Session,
  type Usage,
} from './drafter';
export { type Flag, type Lesson, lessonSchema, supportSchema } from './lesson';
export { configuredDrafter, drafterEnvironment } from './configured';
