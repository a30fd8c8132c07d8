/** What a page is given: the parts of the path that its pattern names, and the query. */
export interface PageProps {
  params: Readonly<Record<string, string>>
  query: URLSearchParams
}
