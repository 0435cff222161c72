#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct node {
    struct node *next;
    const char *word;
    int length;
};

static int longest;

static struct node *push(struct node *list, const char *word) {
    struct node *node = malloc(sizeof *node);
    node->next = list;
    node->word = word;
    node->length = (int)strlen(word);
    if (node->length > longest)
        longest = node->length;
    return node;
}

static int total(const struct node *list) {
    int sum = 0;
    for (const struct node *at = list; at != NULL; at = at->next)
        sum += at->length;
    return sum;
}

int main(int argc, char **argv) {
    struct node *list = NULL;
    for (int i = 1; i < argc; i++)
        list = push(list, argv[i]);
    printf("%d\n", total(list));
    if (argc > 3)
        *(volatile int *)0 = longest;
    return 0;
}
