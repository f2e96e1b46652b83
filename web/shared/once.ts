/** The key of a form, as `randomUUID` makes it: whoever presses twice sends it twice, and it counts once. The id of a job is one, too. */
export const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u;
