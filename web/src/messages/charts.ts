export const charts = {
  at: (time: string, value: string) => `${time}: ${value}`,
  point: (title: string) => `${title}: point in the film`,
};
