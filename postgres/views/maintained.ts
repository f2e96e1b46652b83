/**
 * Whether a `school` is maintained by its local authority. The register files maintained special schools under special schools,
 * not under maintained ones.
 */
export const MAINTAINED = `(school.type_group = 'Local authority maintained schools'
  OR school.type IN ('Community special school', 'Foundation special school'))`;
