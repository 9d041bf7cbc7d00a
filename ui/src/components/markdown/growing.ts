import { createContext } from 'react';

/** Whether more of the block may follow. */
export const GrowingContext = createContext(false);
