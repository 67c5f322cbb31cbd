export const settings = {
  title: 'Settings',
  account: 'Signed in',
  project: 'Project',
  key: 'API key',
  usage: 'What is stored',
  usageFailed: 'The figures could not be read.',
  assets: 'Originals',
  outputs: 'Made from them',
  filesAndSize: (files: string, size: string) => `${files} files, ${size}`,
};
