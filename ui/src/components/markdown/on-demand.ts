/** A module fetched when it is first needed, for `useSyncExternalStore`. If it cannot be had, the next one who needs it tries again. */
export interface OnDemand<T> {
  readonly subscribe: (changed: () => void) => () => void;
  readonly get: () => T | null;
}

export function onDemand<T>(load: () => Promise<T>): OnDemand<T> {
  let module: T | null = null;
  let loading: Promise<void> | null = null;
  return {
    get: () => module,
    subscribe: (changed) => {
      loading ??= load().then(
        (loaded) => void (module = loaded),
        () => void (loading = null),
      );
      let wanted = true;
      void loading.then(() => {
        if (wanted) changed();
      });
      return () => {
        wanted = false;
      };
    },
  };
}
