/* OpenMP: outlined functions, reductions, tasks. */
double parallel(const double *values, int count) {
    double total = 0;
#pragma omp parallel for reduction(+ : total) schedule(dynamic, 4)
    for (int i = 0; i < count; i++)
        total += values[i];
#pragma omp parallel
#pragma omp single
#pragma omp task firstprivate(total)
    {
#pragma omp atomic
        total *= 2;
    }
#pragma omp simd
    for (int i = 0; i < count; i++)
        total -= values[i];
    return total;
}
