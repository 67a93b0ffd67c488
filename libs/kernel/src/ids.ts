export const uuidv7 = (): string => 'x';
