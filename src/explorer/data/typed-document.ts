/** The text of an operation, with the types of its variables and its result. `npm run generate` makes them of the `.graphql` files. */
export type TypedDocument<Result, Variables> = string & {
  readonly __types?: (variables: Variables) => Result
}
