// What the tabs of GraphiQL show at the first visit: documents with variables that hold on the programme that ships.
'use strict';
var EXAMPLES = [
  {
    document: `# Run: Ctrl+Enter. Complete: Ctrl+Space.
# The other tabs are further examples.
#
# What is published needs no sign-in; for the rest
# sign in above. A header Authorization under
# "Headers" goes before that. Neither is kept:
# a reload of the page forgets them.

# Chương trình hành động: nhóm nhiệm vụ, nhiệm vụ,
# cơ quan chủ trì và cơ quan phối hợp
query Programme($code: String!) {
  programme(code: $code) {
    code
    name(lang: EN)
    startYear
    endYear
    decision {
      number
      issuedOn
    }
    groups {
      code
      name
      tasks {
        code
        name
        leadAgencies {
          code
          name
        }
        coordinatingAgencies {
          code
          name
        }
        period {
          asWritten
          startYear
          endYear
        }
      }
    }
  }
}
`,
    variables: { code: 'HP-1593-2013' },
  },
  {
    document: `# Nhiệm vụ do một cơ quan chủ trì, từng trang một
# The next page: put pageInfo.endCursor into "after".
query Tasks($filter: TaskFilter, $first: Int, $after: String) {
  tasks(filter: $filter, first: $first, after: $after, orderBy: {field: START_YEAR, direction: ASC}) {
    totalCount
    nodes {
      code
      name
      group {
        code
      }
      occurrences {
        year
        status
        dueOn
        timeliness
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
`,
    variables: { filter: { programme: 'HP-1593-2013', leadAgency: 'so-tttt', year: 2014 }, first: 5, after: null },
  },
  {
    document: `# Thống kê theo cơ quan, tính đến một ngày
# "percent" is null where nothing is counted.
query Statistics($programme: String!, $asOf: NaiveDate) {
  statistics(programme: $programme, asOf: $asOf, groupBy: AGENCY) {
    asOf
    formulaVersion
    total {
      ...Figures
    }
    rows {
      name
      ...Figures
    }
  }
}

fragment Figures on StatisticsRow {
  tasks {
    assigned
    completed
    openOverdue
    dueCompletionRate {
      numerator
      denominator
      percent
    }
  }
  reports {
    expected
    actual
    reportingRate {
      percent
    }
  }
}
`,
    variables: { programme: 'HP-1593-2013', asOf: '2015-12-31' },
  },
  {
    document: `# Chỉ tiêu của chương trình: kết quả trong năm
# No data is NO_DATA, never 0.
query Targets($programme: String!, $year: Int) {
  programme(code: $programme) {
    targets {
      code
      indicator
      dueYear
      evaluation(year: $year) {
        status
        finality
        value {
          count
          percentAtLeast
          percentAtMost
          there
          missing
        }
        definition {
          words
          certainty
        }
      }
    }
  }
}
`,
    variables: { programme: 'HP-1593-2013', year: 2015 },
  },
  {
    document: `# Sản phẩm và hoạt động đã công bố
# Each kind has details of its own.
query Deliverables($filter: DeliverableFilter, $first: Int) {
  deliverables(filter: $filter, first: $first) {
    totalCount
    nodes {
      kind
      title
      year
      agency {
        name
      }
      task {
        code
      }
      details {
        __typename
        ... on PublicationDetails {
          languages
          publishedOn
          printRun
        }
      }
    }
  }
}
`,
    variables: { filter: { programme: 'HP-1593-2013', kind: 'PUBLICATION' }, first: 10 },
  },
  {
    document: `# Cơ quan và tên gọi vào một ngày trong quá khứ
query AgencyThen($code: String!, $asOf: NaiveDate) {
  agency(code: $code, asOf: $asOf) {
    code
    name
    kind
    isActive
    history {
      name
      validFrom
      validTo
    }
    answersNow {
      code
      name
    }
  }
}
`,
    variables: { code: 'so-tttt', asOf: '2014-06-30' },
  },
  {
    document: `# Báo cáo: hãy đăng nhập để thấy của cơ quan mình
# Without a sign-in only what was accepted is seen,
# and "me" is null.
query Reports($filter: ReportFilter, $first: Int) {
  me {
    login
    roles
  }
  reports(filter: $filter, first: $first, direction: DESC) {
    totalCount
    nodes {
      task {
        code
      }
      agency {
        name
      }
      period
      percent
      status
      submittedAt
      files {
        name
        url
      }
    }
  }
}
`,
    variables: { filter: { programme: 'HP-1593-2013' }, first: 20 },
  },
];
